// The program as a child that may be killed in the midst of work, and started again on the same files and addresses.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, type Program, root } from './program.ts';

export interface Mortal extends Program {
  /** kill -9: nothing is said, nothing is flushed. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startMortal(): Promise<Mortal> {
  const dir = mkdtempSync(join(tmpdir(), 'schalter-'));
  const [port, towns, media] = await Promise.all([freePort(), freePort(), freePort()]);
  let child: ChildProcess;
  let log = '';
  let said: string[] = [];
  const start = () =>
    new Promise<void>((resolve, reject) => {
      said = [];
      const files = [`--listen=127.0.0.1:${port}`, `--town-listen=127.0.0.1:${towns}`, `--media-listen=:${media}`];
      const rest = ['--metrics-listen=127.0.0.1:0', `--database=${join(dir, 'schalter.db')}`, '--unlimited'];
      child = spawn(join(root, 'bin', 'schalter'), ['demo', ...files, ...rest], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stderr?.on('data', (text: Buffer) => {
        log += text.toString();
      });
      child.once('exit', (code) => reject(new Error(`schalter demo ended with ${code}: ${log}`)));
      if (!child.stdout) return reject(new Error('no output'));
      createInterface(child.stdout).on('line', (line) => {
        said.push(line);
        if (line.startsWith('Health: ')) resolve();
      });
    });
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  await start();
  const after = (start: string) => said.find((line) => line.startsWith(start))?.slice(start.length) ?? '';
  return {
    county: after('Town page (Landkreis Musterland): '),
    town: after('Town page (Stadt Musterstadt): '),
    public: `http://localhost:${port}`,
    console: after('Console: '),
    health: after('Health: '),
    clerks: said
      .filter((line) => line.startsWith('Sign in: '))
      .map((line) => {
        const [mail = '', password = ''] = line.slice('Sign in: '.length).split(' / ');
        return { mail, password };
      }),
    log: () => log,
    kill: () => end('SIGKILL'),
    start,
    stop: async () => {
      await end('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
