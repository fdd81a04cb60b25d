/**
 * What of EXIF is kept: by name, so that nothing that is not known gets out. Not among them: what describes the stored
 * pixels and not the result's (strips, sampling, areas of the subject), previews, and what makers write in forms of
 * their own. Tags of EXIF 2.32 and 3.0 (CIPA DC-008), and those that Windows and its successors write.
 */

const ARTIST = 0x013b;
const COPYRIGHT = 0x8298;
export const PHOTO_POINTER = 0x8769;
export const GPS_POINTER = 0x8825;
/** Written anew where they were: what the result's colours mean, and its size. */
export const COLOUR_SPACE = 0xa001;
export const PIXELS_ACROSS = 0xa002;
export const PIXELS_DOWN = 0xa003;
/** Of TIFF files. */
export const XMP_TAG = 700;
export const IPTC_TAG = 33723;

export const RIGHTS: ReadonlySet<number> = new Set([ARTIST, COPYRIGHT]);

/** First directory (0th IFD). Orientation is none of them: the result is upright, which is what its absence means. */
export const PICTURE_TAGS: ReadonlySet<number> = new Set([
  0x010d, // DocumentName
  0x010e, // ImageDescription
  0x010f, // Make
  0x0110, // Model
  0x011a, // XResolution
  0x011b, // YResolution
  0x0128, // ResolutionUnit
  0x0131, // Software
  0x0132, // DateTime
  ARTIST,
  0x013c, // HostComputer
  0x4746, // Rating
  0x4749, // RatingPercent
  COPYRIGHT,
  ...range(0x9c9b, 0x9c9f), // XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject
]);

/** Exif IFD. */
export const PHOTO_TAGS: ReadonlySet<number> = new Set([
  0x829a, // ExposureTime
  0x829d, // FNumber
  0x8822, // ExposureProgram
  0x8824, // SpectralSensitivity
  ...range(0x8827, 0x8828), // PhotographicSensitivity, OECF
  ...range(0x8830, 0x8835), // SensitivityType … ISOSpeedLatitudezzz
  0x9000, // ExifVersion
  ...range(0x9003, 0x9004), // DateTimeOriginal, DateTimeDigitized
  ...range(0x9010, 0x9012), // OffsetTime …
  ...range(0x9201, 0x920a), // ShutterSpeedValue … FocalLength
  0x9286, // UserComment
  ...range(0x9290, 0x9292), // SubSecTime …
  ...range(0x9400, 0x9405), // Temperature … CameraElevationAngle
  0xa000, // FlashpixVersion
  COLOUR_SPACE,
  PIXELS_ACROSS,
  PIXELS_DOWN,
  0xa20b, // FlashEnergy
  0xa215, // ExposureIndex
  0xa217, // SensingMethod
  ...range(0xa300, 0xa301), // FileSource, SceneType
  ...range(0xa401, 0xa40a), // CustomRendered … Sharpness
  0xa40c, // SubjectDistanceRange
  0xa420, // ImageUniqueID
  ...range(0xa430, 0xa43c), // CameraOwnerName … MetadataEditingSoftware
  ...range(0xa460, 0xa462), // CompositeImage …
]);

/** GPS IFD. */
export const GPS_TAGS: ReadonlySet<number> = new Set(range(0x0000, 0x001f));

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
