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

/** Where everything is, as the demo prints it. */
export interface Addresses {
  county: string;
  town: string;
  public: string;
  console: string;
  health: string;
  clerks: SignIn[];
}

export interface Program extends Addresses {
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

/** Runs `schalter demo` and waits until it has printed where everything is. */
export function runDemo(args: string[], hear: (log: string) => void): Promise<{ child: ChildProcess; said: string[] }> {
  const child = spawn(join(root, 'bin', 'schalter'), ['demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log += text.toString();
    hear(text.toString());
  });
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`schalter demo ended with ${code}: ${log}`)));
    createInterface(child.stdout).on('line', (line) => {
      said.push(line);
      if (line.startsWith('Health: ')) resolve({ child, said });
    });
  });
}

/** Reads the lines that the demo prints. */
export function addressesIn(said: string[], port: number): Addresses {
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
  };
}

/** Sends a signal and waits until the child has gone. */
export function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

export async function startProgram(more: string[] = []): Promise<Program> {
  const dir = mkdtempSync(join(tmpdir(), 'schalter-'));
  const port = await freePort();
  let log = '';
  const { child, said } = await runDemo(
    [
      `--listen=127.0.0.1:${port}`,
      '--town-listen=127.0.0.1:0',
      '--media-listen=:0',
      '--turn-listen=',
      '--metrics-listen=127.0.0.1:0',
      `--database=${join(dir, 'schalter.db')}`,
      ...more,
    ],
    (text) => {
      log += text;
    },
  );
  return {
    ...addressesIn(said, port),
    log: () => log,
    stop: async () => {
      await end(child, 'SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
