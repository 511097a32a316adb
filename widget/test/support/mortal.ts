// The program as a child that may be killed in the midst of work, and started again on the same files and addresses.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesIn, end, freePort, type Program, runDemo } from './program.ts';

export interface Mortal extends Program {
  /** kill -9: nothing is said, nothing is flushed. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Nothing is answered for a while, neither packets nor frames: as if the line were cut. */
  cut(ms: number): Promise<void>;
}

export async function startMortal(): Promise<Mortal> {
  const dir = mkdtempSync(join(tmpdir(), 'schalter-'));
  const [port, towns, media] = await Promise.all([freePort(), freePort(), freePort()]);
  let log = '';
  const run = () =>
    runDemo(
      [
        `--listen=127.0.0.1:${port}`,
        `--town-listen=127.0.0.1:${towns}`,
        `--media-listen=:${media}`,
        '--turn-listen=',
        '--metrics-listen=127.0.0.1:0',
        `--database=${join(dir, 'schalter.db')}`,
        '--unlimited',
      ],
      (text) => {
        log += text;
      },
    );
  let life = await run();
  return {
    ...addressesIn(life.said, port),
    log: () => log,
    kill: () => end(life.child, 'SIGKILL'),
    start: async () => {
      life = await run();
    },
    cut: async (ms) => {
      life.child.kill('SIGSTOP');
      await new Promise((over) => setTimeout(over, ms));
      life.child.kill('SIGCONT');
    },
    stop: async () => {
      await end(life.child, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
