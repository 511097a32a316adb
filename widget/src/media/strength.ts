// How strong the line is, in three steps, slow to take a word back: whoever reads "weak" should not see it flicker.

export type Strength = 'good' | 'weak' | 'bad';

/** What one sample says. */
export interface Weather {
  /** Share of packets lost, 0 to 1, the worse direction. */
  loss: number;
  /** Round trip in milliseconds. */
  rtt: number | undefined;
  /** Share of what is heard that the browser had to make up, 0 to 1. */
  concealed: number;
  /** Seconds that a picture stood still since the last sample. */
  frozen: number;
  /** Bits a second that may be sent, if a picture is sent and the browser knows. */
  uplink: number | undefined;
}

export interface Judged {
  readonly shown: Strength;
  /** Samples in a row that were worse, or better, than what is shown. */
  readonly worse: number;
  readonly better: number;
}

export const clear: Judged = { shown: 'good', worse: 0, better: 0 };

const ORDER: readonly Strength[] = ['good', 'weak', 'bad'];
/** Samples of two seconds each. */
const TO_WORSE = 2;
const TO_BETTER = 5;

export function strengthOf(w: Weather): Strength {
  const rtt = w.rtt ?? 0;
  const uplink = w.uplink ?? Number.POSITIVE_INFINITY;
  if (w.loss > 0.2 || rtt > 1_500 || w.concealed > 0.1 || uplink < 60_000) return 'bad';
  if (w.loss > 0.08 || rtt > 600 || w.concealed > 0.04 || w.frozen > 1 || uplink < 160_000) return 'weak';
  return 'good';
}

/** What is shown after one more sample. Pure. */
export function judge(before: Judged, now: Strength): Judged {
  const step = ORDER.indexOf(now) - ORDER.indexOf(before.shown);
  const worse = step > 0 ? before.worse + 1 : 0;
  const better = step < 0 ? before.better + 1 : 0;
  if (worse < TO_WORSE && better < TO_BETTER) return { shown: before.shown, worse, better };
  return { shown: now, worse: 0, better: 0 };
}
