// A way for TCP connections that can go deaf: what is open stays open and carries nothing any more, as when a device has
// left its network. New connections go through.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Passage {
  port: number;
  deafen(): void;
  close(): Promise<void>;
}

export async function openPassage(to: number): Promise<Passage> {
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // the other end hears of it by its close
      socket.on('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    deafen: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume(); // read, and dropped
        far.resume();
      }
    },
    close: async () => {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
