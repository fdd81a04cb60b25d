/**
 * Parameters that newsletters, adverts and social networks add to every link they see. They say nothing about the
 * picture, so they are dropped before anything else looks at the query: they can neither break a signature nor make
 * a second cache entry. The list is fixed: a name that is not on it is an unknown parameter. Names are case-sensitive.
 */
const NAMES: ReadonlySet<string> = new Set([
  "_ga", // Google Analytics, cross-domain
  "_gl", // Google linker
  "dclid", // Google Display & Video
  "fbclid", // Meta
  "gad_campaignid", // Google Ads
  "gad_source", // Google Ads
  "gbraid", // Google Ads, app to web
  "gclid", // Google Ads
  "gclsrc", // Google Ads
  "igshid", // Instagram
  "li_fat_id", // LinkedIn
  "mc_cid", // Mailchimp campaign
  "mc_eid", // Mailchimp reader
  "msclkid", // Microsoft Advertising
  "srsltid", // Google Merchant Center
  "ttclid", // TikTok
  "twclid", // X
  "wbraid", // Google Ads, web to app
  "yclid", // Yandex
]);

/** Urchin's campaign parameters: `utm_source`, `utm_medium`, and whatever a team invents behind the prefix. */
const PREFIX = "utm_";

/** Whether the parameter of this (decoded) name is dropped unread. */
export const isAnalytics = (name: string): boolean => name.startsWith(PREFIX) || NAMES.has(name);

/** What is dropped, for the reference page. */
export const ANALYTICS: readonly string[] = [`${PREFIX}*`, ...NAMES];
