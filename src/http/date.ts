/** HTTP dates: RFC 9110 section 5.6.7. */

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAY = `(?<weekday>${DAYS.join("|")})`;
const LONG_DAY = "(?<weekday>Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day";
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

const IMF_FIXDATE = new RegExp(
  String.raw`^${DAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`,
);
const RFC850 = new RegExp(
  String.raw`^${LONG_DAY}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT$`,
);
const ASCTIME = new RegExp(String.raw`^${DAY} ${MONTH} (?<day>\d\d| \d) ${TIME} (?<year>\d{4})$`);

/**
 * Milliseconds since the epoch, or `undefined` for what is not exactly one of the three formats (case counts), names
 * a day that does not exist, or the wrong day of the week. `now` (ms) decides the century of RFC 850's two digits.
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  // The longest form has 33 characters; a longer text need not meet the expressions.
  if (text.length > 40) return undefined;
  const groups = (IMF_FIXDATE.exec(text) ?? RFC850.exec(text) ?? ASCTIME.exec(text))?.groups;
  if (groups === undefined) return undefined;
  const [day, hour, minute, second] = ["day", "hour", "minute", "second"].map((name) =>
    Number(groups[name]),
  );
  const year = groups.year!.length === 2 ? century(Number(groups.year), now) : Number(groups.year);
  // 60 is a leap second; like POSIX, we count it as the next second.
  if (hour! > 23 || minute! > 59 || second! > 60) return undefined;
  const month = MONTHS.indexOf(groups.month!);
  const midnight = new Date(Date.UTC(year, month, day));
  const exists = midnight.getUTCFullYear() === year && midnight.getUTCMonth() === month;
  if (!exists || DAYS[midnight.getUTCDay()] !== groups.weekday!.slice(0, 3)) return undefined;
  return midnight.getTime() + ((hour! * 60 + minute!) * 60 + second!) * 1000;
}

/** "more than 50 years in the future" means the most recent year in the past with the same last two digits. */
function century(twoDigits: number, now: number): number {
  const current = new Date(now).getUTCFullYear();
  const year = current - (current % 100) + twoDigits;
  if (year > current + 50) return year - 100;
  return year <= current - 50 ? year + 100 : year;
}

/** IMF-fixdate, whole seconds. `ms` must be a time in the years 0 to 9999. */
export function formatHttpDate(ms: number): string {
  // ECMAScript fixes this very format (Date.prototype.toUTCString).
  return new Date(ms).toUTCString();
}

/** A time (ms) as a header shows it: whole seconds are all that a client can send back. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
