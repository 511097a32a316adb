// A bad line: the link in user space (server/linksim), and a browser behind it.
import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../support/program.ts';

export interface Line {
  /** Starts a browser whose network is the line's other end: for `executablePath`. */
  chromium: string;
  /** Gives an order to the link and waits until it holds: "down loss 0.2". */
  order(text: string): Promise<void>;
  end(): Promise<void>;
}

/** ports: what may be reached as localhost from behind the line. dir: for the starter script. */
export async function openLine(ports: number[], dir: string): Promise<Line> {
  const namespace = `schalter-${process.pid}`;
  const passed = ports.map((port) => `${port}=${port}`);
  const child = spawn(join(root, 'bin', 'linksim'), [namespace, ...passed], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const next = await answers.next();
    if (next.done) throw new Error('the link has ended');
    return String(next.value);
  };
  console.log(`link: ${await answer()}`); // with its seed, to repeat what went wrong
  const chromium = join(dir, 'chromium-behind-the-line');
  writeFileSync(chromium, `#!/bin/sh\nexec ip netns exec ${namespace} /usr/bin/chromium "$@"\n`);
  chmodSync(chromium, 0o755);
  return {
    chromium,
    order: async (text) => {
      child.stdin.write(`${text}\n`);
      const said = await answer();
      if (said !== 'ok') throw new Error(`${text}: ${said}`);
    },
    end: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.stdin.end();
      }),
  };
}
