/** A time as an answer has it: of the SDK's a `Date`, of our own routes RFC 3339. */
export type Moment = Date | string | null | undefined;

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time in the zone of who reads it; pointing at it tells it in UTC. */
export function Time({ at, never = '–' }: { at: Moment; never?: string }) {
  const date = dateOf(at);
  if (date === undefined) return <>{never}</>;
  return (
    <time dateTime={date.toISOString()} title={`${utc(date)} · ${ago(date, Date.now())}`}>
      {LOCAL.format(date)}
    </time>
  );
}

/** How long ago a time was, in the largest unit that fits; the rest as `Time`. */
export function Ago({ at, never = 'never' }: { at: Moment; never?: string }) {
  const date = dateOf(at);
  if (date === undefined) return <>{never}</>;
  return (
    <time dateTime={date.toISOString()} title={`${LOCAL.format(date)} · ${utc(date)}`}>
      {ago(date, Date.now())}
    </time>
  );
}

/** A time as tables are downloaded with it: RFC 3339 in UTC, or nothing. */
export function timeText(at: Moment): string {
  return dateOf(at)?.toISOString() ?? '';
}

export function dateOf(at: Moment): Date | undefined {
  if (at === null || at === undefined || at === '') return undefined;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function ago(date: Date, now: number): string {
  const seconds = Math.round((date.getTime() - now) / 1000);
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return RELATIVE.format(Math.trunc(seconds / length), unit);
  }
  return Math.abs(seconds) < 10 ? 'just now' : RELATIVE.format(seconds, 'second');
}
