/** Times of a day as the wire has them: "08:30", up to "24:00". */

/** Minutes from midnight; -1 for what is no time. */
export function minutesOf(clock: string): number {
  const m = /^(\d\d):(\d\d)$/.exec(clock);
  return m ? Number(m[1]) * 60 + Number(m[2]) : -1;
}

/** An end as an input shows it: browsers know no 24:00. */
export const toInput = (end: string): string => (end === '24:00' ? '00:00' : end);

/** An end as it is meant: midnight is the end of the day. */
export const fromInput = (end: string): string => (end === '00:00' ? '24:00' : end);
