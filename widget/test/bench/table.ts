// Lines of the bench's table, and what of the machine others used meanwhile.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';

export interface Row {
  what: string;
  reach: string;
  got: string;
  reached: boolean;
  notes?: string[];
}

/** Adds a line to the file that the table is printed from, or prints it. */
export function report(row: Row): void {
  const file = process.env.BENCH_ROWS;
  if (file) appendFileSync(file, `${JSON.stringify(row)}\n`);
  else console.log(row);
}

/** The body's size as it goes over the line with gzip, though a browser may be sent something smaller. */
export function gzipSize(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': 'gzip' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(bytes);
        else reject(new Error(`${answer.statusCode} for ${new URL(url).pathname}`));
      });
    }).once('error', reject);
  });
}

export function median(of: number[]): number {
  const sorted = [...of].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

/** Counts from now on; the answer says how the machine's time was spent. */
export function watchMachine(): () => string {
  const [total, busy] = processors();
  const own = ours();
  return () => {
    const [totalNow, busyNow] = processors();
    const whole = Math.max(totalNow - total, 1);
    const mine = (ours() - own) / whole;
    const share = (part: number) => `${Math.round(100 * Math.max(part, 0))} %`;
    return `processors: ${share(mine)} the program and the browsers, ${share((busyNow - busy) / whole - mine)} others`;
  };
}

function processors(): [total: number, busy: number] {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  const total = times.reduce((sum, t) => sum + t, 0);
  return [total, total - (times[3] ?? 0) - (times[4] ?? 0)];
}

/** Time of this process and everything that it has started and that still runs. */
function ours(): number {
  const parents = new Map<number, number>();
  const spent = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
      parents.set(Number(name), Number(fields[1]));
      spent.set(Number(name), Number(fields[11]) + Number(fields[12]));
    } catch {
      // ended meanwhile
    }
  }
  let sum = 0;
  for (const [pid, time] of spent) {
    let at: number | undefined = pid;
    while (at !== undefined && at > 1 && at !== process.pid) at = parents.get(at);
    if (at === process.pid) sum += time;
  }
  return sum;
}
