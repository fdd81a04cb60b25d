#include "gif_map.h"

#include <stdlib.h>
#include <string.h>

/* Colours that are tried as the second, for each first: those that are nearest to it. */
enum { NEIGHBOURS = 16 };
/* 6 bits a channel. */
enum { MAP_CELLS = 1 << 18 };
/* Of 64 places of a dither's cell, how many get the second colour. */
enum { PLACES = 64 };

typedef struct {
  uint8_t first, second;
  uint8_t share; /* of the second, in PLACES */
  uint8_t known;
} Choice;

struct GifMap {
  const GifPalette *palette;
  ColourSet set; /* of an exact palette */
  uint8_t neighbour[256][NEIGHBOURS];
  int32_t neighbours;
  Choice choice[MAP_CELLS];
};

/* Bayer's matrix of 8 × 8: each place's rank. */
static const uint8_t rank[8][8] = {
    {0, 32, 8, 40, 2, 34, 10, 42},   {48, 16, 56, 24, 50, 18, 58, 26}, {12, 44, 4, 36, 14, 46, 6, 38},
    {60, 28, 52, 20, 62, 30, 54, 22}, {3, 35, 11, 43, 1, 33, 9, 41},    {51, 19, 59, 27, 49, 17, 57, 25},
    {15, 47, 7, 39, 13, 45, 5, 37},  {63, 31, 55, 23, 61, 29, 53, 21}};

GifMap *gif_map_create(void) { return engine_alloc(sizeof(GifMap)); }

void gif_map_free(GifMap *map) { free(map); }

static int32_t between(const GifPalette *palette, int32_t a, int32_t b) {
  const uint8_t *one = palette->colour[a], *other = palette->colour[b];
  return gif_distance(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

/* By insertion: the nearest colours of one, without itself. */
static void find_neighbours(GifMap *map, int32_t of) {
  int32_t distance[NEIGHBOURS], count = 0;
  for (int32_t i = 0; i < map->palette->count; i++) {
    if (i == of) continue;
    const int32_t away = between(map->palette, of, i);
    if (count == NEIGHBOURS && away >= distance[count - 1]) continue;
    int32_t at = count < NEIGHBOURS ? count++ : count - 1;
    for (; at > 0 && distance[at - 1] > away; at--) {
      distance[at] = distance[at - 1];
      map->neighbour[of][at] = map->neighbour[of][at - 1];
    }
    distance[at] = away;
    map->neighbour[of][at] = (uint8_t)i;
  }
  map->neighbours = count;
}

static uint32_t packed(const uint8_t *colour) {
  return 0xff000000u | (uint32_t)colour[2] << 16 | (uint32_t)colour[1] << 8 | colour[0];
}

void gif_map_use(GifMap *map, const GifPalette *palette) {
  map->palette = palette;
  if (palette->exact) {
    memset(&map->set, 0, sizeof map->set);
    for (int32_t i = 0; i < palette->count; i++) colours_add(&map->set, packed(palette->colour[i]));
    return;
  }
  memset(map->choice, 0, sizeof map->choice);
  for (int32_t i = 0; i < palette->count; i++) find_neighbours(map, i);
}

/*
 * The second colour is the one with which the mixture comes nearest to the colour, where the noise of the pattern itself
 * counts as well, by half of its variance: with an eighth, photos have 1.5 dB less and files are an eighth longer; with
 * all of it, smooth gradients have bands.
 */
enum { PATTERN_PART = 2 };

static Choice choose(const GifMap *map, const uint8_t *colour) {
  const GifPalette *palette = map->palette;
  Choice choice = {.first = (uint8_t)gif_nearest(palette, colour), .known = 1};
  const uint8_t *first = palette->colour[choice.first];
  const int32_t red = colour[0] - first[0], green = colour[1] - first[1], blue = colour[2] - first[2];
  float least = (float)gif_distance(red, green, blue);
  for (int32_t i = 0; i < map->neighbours; i++) {
    const uint8_t *second = palette->colour[map->neighbour[choice.first][i]];
    const int32_t to_red = second[0] - first[0], to_green = second[1] - first[1], to_blue = second[2] - first[2];
    const int32_t along = 3 * red * to_red + 4 * green * to_green + 2 * blue * to_blue;
    const float length = (float)gif_distance(to_red, to_green, to_blue);
    if (along <= 0 || length == 0) continue;
    const float share = (float)along / length < 0.5f ? (float)along / length : 0.5f;
    const float missed = (float)gif_distance(red, green, blue) - 2 * share * (float)along + share * share * length;
    const float cost = missed + share * (1 - share) * length / PATTERN_PART;
    if (cost >= least) continue;
    least = cost;
    choice.second = map->neighbour[choice.first][i];
    choice.share = (uint8_t)(share * PLACES + 0.5f);
  }
  return choice;
}

int32_t gif_map_index(GifMap *map, const uint8_t *colour, int32_t x, int32_t y) {
  if (map->palette->exact) return colours_index(&map->set, packed(colour));
  Choice *choice = &map->choice[(colour[0] >> 2) << 12 | (colour[1] >> 2) << 6 | colour[2] >> 2];
  if (!choice->known) {
    /* The cell's middle, and its ends where levels end. */
    uint8_t middle[3];
    for (int k = 0; k < 3; k++) middle[k] = (uint8_t)((colour[k] >> 2) * 255 / 63);
    *choice = choose(map, middle);
  }
  return rank[y & 7][x & 7] < choice->share ? choice->second : choice->first;
}
