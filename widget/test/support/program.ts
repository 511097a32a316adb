// Starts the built program as a newcomer does (`schalter demo`), on free ports and an empty database.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SignIn {
  mail: string;
  password: string;
}

export interface Program {
  county: string;
  town: string;
  public: string;
  console: string;
  health: string;
  clerks: SignIn[];
  /** All that the program has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

export const root = join(import.meta.dirname, '..', '..', '..');

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      server.close(() => resolve(address.port));
    });
  });
}

export async function startProgram(more: string[] = []): Promise<Program> {
  const dir = mkdtempSync(join(tmpdir(), 'schalter-'));
  const port = await freePort();
  const child: ChildProcess = spawn(
    join(root, 'bin', 'schalter'),
    [
      'demo',
      `--listen=127.0.0.1:${port}`,
      '--town-listen=127.0.0.1:0',
      '--media-listen=:0',
      '--metrics-listen=127.0.0.1:0',
      `--database=${join(dir, 'schalter.db')}`,
      ...more,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stderr?.on('data', (text: Buffer) => {
    log += text.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    if (!child.stdout) return reject(new Error('no output'));
    createInterface(child.stdout).on('line', (line) => {
      said.push(line);
      if (line.startsWith('Health: ')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`schalter demo ended with ${code}: ${log}`)));
  });
  const after = (start: string): string => {
    const line = said.find((l) => l.startsWith(start));
    if (line === undefined) throw new Error(`schalter demo did not print "${start}"`);
    return line.slice(start.length);
  };
  return {
    county: after('Town page (Landkreis Musterland): '),
    town: after('Town page (Stadt Musterstadt): '),
    public: `http://localhost:${port}`,
    console: after('Console: '),
    health: after('Health: '),
    clerks: said
      .filter((l) => l.startsWith('Sign in: '))
      .map((l) => {
        const [mail = '', password = ''] = l.slice('Sign in: '.length).split(' / ');
        return { mail, password };
      }),
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
