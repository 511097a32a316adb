// Networks that let nothing through but one way out: a whole conversation by the relay, in each of its ways, and by a
// coturn as operators run it. And nobody learns where the other one is.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { makeCertificate } from './support/certificate.ts';
import { type Ends, endsOf, keepConnections, readEnds, watch } from './support/connections.ts';
import { clickButton, launchFirefox, visitFrame, waitForText } from './support/firefox.ts';
import { end, freePort, type Program, startProgram } from './support/program.ts';

const slow = { timeout: 30_000 };
const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
const dir = mkdtempSync(join(tmpdir(), 'schalter-relay-'));
let town: Launched;
let office: Launched;
let program: Program | undefined;
let coturn: ChildProcess | undefined;

test.beforeAll(async () => {
  const flags = ['--use-fake-ui-for-media-stream', '--ignore-certificate-errors'];
  [town, office] = await Promise.all([launch('red', flags), launch('blue', flags)]);
});

test.afterEach(async () => {
  if (coturn) await end(coturn, 'SIGTERM');
  await program?.stop();
  program = coturn = undefined;
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Conversation {
  clerk: Ends;
  citizen: Ends;
  /** All that the room's sockets have said to each. */
  heard: { clerk: string; citizen: string };
  milliseconds: number;
}

/** Clerk and citizen see each other; where their connections go is read, and the visit finished. */
async function converse(program: Program): Promise<Conversation> {
  const heard = { clerk: '', citizen: '' };
  const huber = await Clerk.signIn(office.browser, program);
  await watch(huber.page.context());
  huber.page.on('websocket', (ws) => ws.on('framereceived', ({ payload }) => (heard.clerk += payload)));
  await huber.page.reload();
  await huber.open();
  await huber.film();
  const citizen = await Citizen.visit(town.browser, program.town);
  await watch(citizen.page.context());
  citizen.page.on('websocket', (ws) => ws.on('framereceived', ({ payload }) => (heard.citizen += payload)));
  await citizen.page.reload();
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  const since = Date.now();
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible(slow);
  const milliseconds = Date.now() - since;
  await expectColour(citizen.screen.getByLabel(/^Frau Huber/), 'blue');
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  const ends = { clerk: await endsOf(huber.page), citizen: await endsOf(citizen.frame) };
  await huber.move('finish');
  await citizen.close();
  await huber.page.context().close();
  return { ...ends, heard, milliseconds };
}

/** Starts the program with a media port that we know. */
async function start(...more: string[]): Promise<number> {
  const media = await freePort();
  program = await startProgram(['--unlimited', `--media-listen=:${media}`, ...more]);
  return media;
}

/** Whether somebody listens there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function expectRelayed(talk: Conversation, by: string, media: number): void {
  for (const side of [talk.clerk, talk.citizen]) {
    expect(side.way).toMatchObject({ relayProtocol: by, local: { type: 'relay' }, remote: { port: media } });
    expect(side.locals.filter((local) => local.type !== 'relay')).toEqual([]);
  }
}

for (const by of ['udp', 'tcp', 'tls']) {
  test(`a conversation by the relay alone: ${by}`, async () => {
    const port = await freePort();
    const { cert, key } = makeCertificate(dir);
    const media = await start(
      '--turn-only',
      ...(by === 'tls'
        ? [`--turn-tls-listen=127.0.0.1:${port}`, `--turn-tls-cert=${cert}`, `--turn-tls-key=${key}`]
        : [`--turn-listen=127.0.0.1:${port}`, `--turn-url=turn:localhost:${port}?transport=${by}`]),
    );
    if (!program) throw new Error('no program');
    const talk = await converse(program);
    expectRelayed(talk, by, media);
    console.log(`relay by ${by}: picture ${talk.milliseconds} ms after entering`);
    const figures = await (await fetch(program.health.replace(/\/healthz$/, '/metrics'))).text();
    expect(Number(/^schalter_relay_up_bytes_total (\S+)/m.exec(figures)?.[1])).toBeGreaterThan(20_000);
    const ports = [talk.citizen, talk.clerk].map((side) => side.way?.local.port);
    expect(program.log()).not.toMatch(new RegExp(`:(${ports.join('|')})\\b`));
  });
}

test('a conversation by a coturn', async () => {
  const [port, secret] = [await freePort(), join(dir, 'secret')];
  writeFileSync(secret, 'a secret for the two of them\n');
  coturn = spawn(
    'turnserver',
    [
      ...['-n', '--no-cli', '--no-tls', '--no-dtls', '--use-auth-secret', '--realm=schalter', '--log-file=stdout'],
      ...[`--static-auth-secret=${'a secret for the two of them'}`, '--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1'],
      ...[
        `--listening-port=${port}`,
        '--user-quota=4',
        `--userdb=${join(dir, 'turndb')}`,
        `--pidfile=${join(dir, 'pid')}`,
      ],
      ...['--denied-peer-ip=0.0.0.0-255.255.255.255', '--allow-loopback-peers'],
      ...own.map(({ address }) => `--allowed-peer-ip=${address}`),
    ],
    { stdio: 'ignore', cwd: dir },
  );
  await expect.poll(() => answers(port), slow).toBe(true);
  const media = await start(
    '--turn-only',
    `--turn-url=turn:127.0.0.1:${port}?transport=tcp`,
    `--turn-secret-file=${secret}`,
  );
  if (!program) throw new Error('no program');
  expectRelayed(await converse(program), 'tcp', media);
});

// P09: whom a citizen talks to sees no address of theirs, and the other way round.
test('both see the own servers alone', async () => {
  const relay = await freePort();
  const media = await start(`--turn-listen=127.0.0.1:${relay}`);
  if (!program) throw new Error('no program');
  const talk = await converse(program);
  for (const [me, other, heard] of [
    [talk.citizen, talk.clerk, talk.heard.citizen],
    [talk.clerk, talk.citizen, talk.heard.clerk],
  ] as const) {
    expect(me.way?.local.type).not.toBe('relay'); // nothing is in the way here
    expect(me.remotes.length).toBeGreaterThan(0);
    for (const remote of me.remotes) expect(remote.port).toBe(media);
    const secrets = [
      ...other.ufrags,
      ...other.locals.filter((local) => local.port > 9).map((local) => `${local.port}`),
    ];
    expect(secrets.length).toBeGreaterThan(1);
    expect(heard).toContain('a=candidate'); // the frames are these
    for (const secret of secrets) expect(heard).not.toMatch(new RegExp(`\\b${secret}\\b`));
  }
});

test('Firefox comes by the relay', async () => {
  // It takes no relay at a loopback address.
  const address = own.find((a) => !a.internal && a.family === 'IPv4')?.address;
  test.skip(address === undefined, 'a machine without a network');
  const port = await freePort();
  const media = await start(
    '--turn-only',
    `--turn-listen=:${port}`,
    `--turn-url=turn:${address}:${port}?transport=tcp`,
  );
  if (!program) throw new Error('no program');
  const firefox = await launchFirefox();
  const huber = await Clerk.signIn(office.browser, program);
  try {
    await huber.open();
    await huber.film();
    const page = await firefox.newPage();
    await page.evaluateOnNewDocument(keepConnections);
    await page.goto(program.town);
    await waitForText(page, 'Niemand wartet');
    await clickButton(page, 'Nummer ziehen');
    const frame = await visitFrame(page);
    await waitForText(frame, 'Sie sind als Nächstes dran.');
    await huber.move('call');
    await waitForText(frame, 'Sie sind dran – H 001');
    await clickButton(frame, 'Eintreten');
    await expect(huber.page.locator('.tile.citizen video')).toBeVisible(slow);
    await expect.poll(async () => (await frame.evaluate(readEnds)).way?.remote.port, slow).toBe(media);
    expect((await frame.evaluate(readEnds)).way?.local.type).toBe('relay');
  } finally {
    await huber.page.context().close();
    await firefox.close();
  }
});
