// Ways closed step by step: a citizen behind walls that let less and less through still comes to the desk, without doing
// anything for it. The clerk's way is open each time, so the two come by different ways.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { makeCertificate } from './support/certificate.ts';
import { endsOf, readEnds, watchedCall } from './support/connections.ts';
import { freePort, type Program, startProgram } from './support/program.ts';

const slow = { timeout: 30_000 };
const dir = mkdtempSync(join(tmpdir(), 'schalter-ways-'));
const media = ['--use-fake-ui-for-media-stream', '--ignore-certificate-errors'];
/** The browser sends no datagram but through a proxy, of which there is none. */
const noUDP = '--webrtc-ip-handling-policy=disable_non_proxied_udp';
let office: Launched;
let town: Launched | undefined;
let program: Program | undefined;

test.beforeAll(async () => {
  office = await launch('blue', media);
});

test.afterEach(async () => {
  await town?.close();
  await program?.stop();
  town = program = undefined;
});

test.afterAll(async () => {
  await office?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** What comes to this address is swallowed: no machine has it. */
const nowhere = '198.51.100.1';

/** A relay over TLS that answers, and one over UDP and TCP behind a wall. Returns the media port. */
async function start(): Promise<number> {
  const [port, tls] = [await freePort(), await freePort()];
  const { cert, key } = makeCertificate(dir);
  program = await startProgram([
    ...['--unlimited', `--media-listen=:${port}`],
    ...[`--turn-tls-listen=127.0.0.1:${tls}`, `--turn-tls-cert=${cert}`, `--turn-tls-key=${key}`],
    ...['udp', 'tcp'].map((by) => `--turn-url=turn:${nowhere}:3478?transport=${by}`),
    `--turn-url=turns:localhost:${tls}?transport=tcp`,
  ]);
  return port;
}

/** Runs in the page: what it sends to the switch itself by these protocols meets a wall that swallows it. */
function wall({ protocols, nowhere }: { protocols: string; nowhere: string }): void {
  const real = RTCPeerConnection.prototype.setRemoteDescription;
  const candidates = new RegExp(`^(a=candidate:\\S+ \\d+ (?:${protocols}) \\d+) \\S+ \\d+ `, 'gim');
  RTCPeerConnection.prototype.setRemoteDescription = function (this: RTCPeerConnection, description) {
    const sdp = description.sdp?.replace(candidates, `$1 ${nowhere} 443 `);
    return Reflect.apply(real, this, [{ ...description, sdp }]);
  } as typeof real;
}

const tcp = { protocol: 'tcp', relayProtocol: '' };
const ways = [
  { open: 'everything', flags: [], walled: '', way: { protocol: 'udp', relayProtocol: '' } },
  { open: 'TCP: datagrams are swallowed', flags: [], walled: 'udp', way: tcp },
  { open: 'TCP: the browser sends no datagrams', flags: [noUDP], walled: '', way: tcp },
  // Of the candidates those for datagrams stay, though the browser sends none: it is to them that the relay sends.
  { open: 'the relay over TLS', flags: [noUDP], walled: 'tcp', way: { relayProtocol: 'tls' } },
];

for (const { open, flags, walled, way } of ways) {
  test(`open is ${open}`, async () => {
    const port = await start();
    if (!program) throw new Error('no program');
    town = await launch('red', [...media, ...flags]);
    const { huber, citizen } = await watchedCall(program, town.browser, office.browser, async (context) => {
      if (walled) await context.addInitScript(wall, { protocols: walled, nowhere });
    });
    const since = Date.now();
    await clickEnter(citizen.screen);
    const pictures = [citizen.screen.getByLabel(/^Frau Huber/), huber.page.locator('.tile.citizen video')] as const;
    await Promise.all(pictures.map((picture) => expect(picture).toBeVisible(slow)));
    const took = Date.now() - since;
    await expectColour(pictures[0], 'blue');
    await expectColour(pictures[1], 'red');
    // The relay may have been there first, until the better way had answered.
    const theirs = async () => (await citizen.frame.evaluate(readEnds)).way;
    await expect.poll(theirs, slow).toMatchObject({ ...way, remote: { port } });
    expect((await endsOf(huber.page)).way).toMatchObject({ protocol: 'udp', relayProtocol: '' });
    expect(took).toBeLessThanOrEqual(5_000);
    await huber.move('finish');
    await citizen.close();
    await huber.page.context().close();
  });
}
