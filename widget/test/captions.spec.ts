// Captions: an operator's speech-to-text server, here a plain socket client, writes them into one conversation.
import { expect, type Locator, test } from '@playwright/test';
import WebSocket from 'ws';
import type { CaptionerLink } from '../src/protocol.gen.ts';
import { examine } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;
const slow = { timeout: 45_000 };

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program, 'huber', { reducedMotion: 'reduce' });
  await huber.open();
});
test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});
test.afterEach(() => huber.free());

/** A speech-to-text server's side of the socket. */
class Service {
  readonly #socket: WebSocket;
  readonly heard: { type: string; data?: unknown }[] = [];
  closed: number | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as { type: string };
      if (frame.type === 'ping') socket.send('{"type":"pong"}');
      else this.heard.push(frame);
    };
    socket.onclose = ({ code }) => {
      this.closed = code;
    };
  }

  static async open({ url, token }: CaptionerLink): Promise<Service> {
    const socket = new WebSocket(url);
    const service = new Service(socket);
    await new Promise((open, fail) => {
      socket.onopen = open;
      socket.onerror = fail;
    });
    service.#say('captioner', { versions: [1], token });
    return service;
  }

  caption(participant: string, text: string, final: boolean): void {
    this.#say('caption', { participant, text, final, at: new Date().toISOString() });
  }

  #say(type: string, data: object): void {
    this.#socket.send(JSON.stringify({ type, data }));
  }
}

async function meet(): Promise<Citizen> {
  const citizen = await Citizen.visit(town.browser, program.town, { reducedMotion: 'reduce' });
  citizen.page.on('dialog', (dialog) => void dialog.accept());
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expect(citizen.screen.getByRole('button', { name: 'Untertitel', exact: true })).toBeVisible(slow);
  await expect.poll(() => citizen.ticket().then((t) => t.state)).toBe('serving');
  return citizen;
}

test('captions of a real socket client, on and off, as large and as coloured as one likes', async () => {
  const citizen = await meet();
  const toggle = citizen.screen.getByRole('button', { name: 'Untertitel', exact: true });
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  const lines = citizen.screen.locator('.caption-lines li');
  await expect(lines).toHaveText('Für dieses Gespräch schreibt gerade niemand Untertitel.', slow);

  // The clerk makes the access in the console, and hands it over.
  await huber.page.getByRole('button', { name: 'Untertitel', exact: true }).click();
  await huber.page.getByText('Untertitel durch einen Dienst Ihrer Verwaltung').click();
  await huber.page.getByRole('button', { name: 'Zugang erstellen' }).click();
  const link = {
    url: await huber.page.getByLabel('Adresse', { exact: true }).inputValue(),
    token: await huber.page.getByLabel('Schlüssel', { exact: true }).inputValue(),
  };
  expect(link.url).not.toContain(link.token);
  const service = await Service.open(link);
  await expect.poll(() => service.heard.at(-1)).toMatchObject({ type: 'captioning' });
  await expect(citizen.screen.locator('.stage-captioned')).toContainText('Ein Dienst der Behörde schreibt mit');
  await expect(huber.page.locator('.stage-captioned')).toBeVisible();

  service.caption('clerk', 'Guten', false);
  await expect(lines).toHaveText('Frau Huber: Guten');
  service.caption('clerk', 'Guten Tag.', true);
  service.caption('citizen', 'Hallo', false);
  await expect(lines).toHaveText(['Frau Huber: Guten Tag.', 'Sie: Hallo']);

  const took = await latencies(citizen, service, lines);
  console.log(`caption to screen: half within ${took[took.length >> 1]} ms, all within ${took.at(-1)} ms`);
  expect(took[took.length >> 1]).toBeLessThan(100); // the slowest tell of what else the machine had to do

  // Size and colours hold for this page, also for captions that are switched off and on again.
  await citizen.screen.getByText('Darstellung der Untertitel').click();
  await citizen.screen.getByLabel('sehr groß').check();
  await citizen.screen.getByLabel('gelb auf schwarz').check();
  const box = citizen.screen.locator('.caption-lines');
  const size = () => box.evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
  expect(await size()).toBeGreaterThan(30);
  await toggle.click();
  await expect(box).toHaveCount(0);
  await toggle.click();
  expect(await size()).toBeGreaterThan(30);
  await expect(box).toHaveCSS('color', 'rgb(255, 230, 0)');
  await citizen.screen.getByText('Darstellung der Untertitel').click();
  expect([...(await examine(citizen.page)), ...(await examine(huber.page))]).toEqual([]);
  await shoot(citizen.page, 'captions-citizen');
  await shoot(huber.page, 'captions-clerk');

  // The page asks nobody but us, and the access ends with the conversation.
  await huber.move('finish');
  await expect.poll(() => service.closed).toBe(1000);
  expect(service.heard.at(-1)).toEqual({ type: 'ended', data: { reason: 'finished' } });
  const late = await Service.open(link);
  await expect.poll(() => late.closed).toBe(4401);
  await citizen.page.context().close();
});

/** How long captions take from the service's send to the citizen's page, ms. */
async function latencies(citizen: Citizen, service: Service, lines: Locator): Promise<number[]> {
  await citizen.frame.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      const word = /Wort \d+/.exec(document.querySelector('.caption-lines')?.textContent ?? '')?.[0];
      if (word) seen[word] ??= Date.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const sent: number[] = [];
  for (let i = 0; i < 20; i++) {
    sent.push(Date.now());
    service.caption('clerk', `Wort ${i}`, false);
    await expect(lines.filter({ hasText: new RegExp(`Wort ${i}$`) })).toHaveCount(1);
  }
  const seen = await citizen.frame.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen);
  return sent.map((at, i) => (seen[`Wort ${i}`] ?? Number.NaN) - at).sort((a, b) => a - b);
}

test('the text of one who types along is shown as captions', async () => {
  const citizen = await meet();
  await citizen.screen.getByRole('button', { name: 'Untertitel', exact: true }).click();
  await citizen.screen.getByText('Darstellung der Untertitel').click();
  await citizen.screen.getByLabel('Text von Frau Huber als Untertitel zeigen').check(slow);
  const text = huber.page.getByRole('button', { name: 'Text', exact: true });
  if ((await text.getAttribute('aria-pressed')) !== 'true') await text.click();
  await huber.page.getByLabel('Ihr Text').pressSequentially('Ich schreibe mit');
  await expect(citizen.screen.locator('.caption-lines li')).toHaveText('Frau Huber: Ich schreibe mit', slow);
  await citizen.close();
});
