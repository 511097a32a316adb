// Real-time text between the citizen and the clerk: by keyboard alone, letter by letter, over everything that happens to a line.
import { expect, type Frame, type Page, test } from '@playwright/test';
import { examine, settled } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Mortal, startMortal } from './support/mortal.ts';
import { shoot } from './support/shots.ts';

let program: Mortal;
let town: Launched;
let office: Launched;
let huber: Clerk;
const slow = { timeout: 45_000 };

test.beforeAll(async () => {
  program = await startMortal();
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program, 'huber', { reducedMotion: 'reduce' });
  await huber.page.addInitScript(watchChannels);
  await huber.page.reload();
  await huber.open();
  await huber.film();
});
test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});
test.afterEach(() => huber.free());

/** Both in the room and connected. */
async function meet(o: { textOnly?: boolean } = {}): Promise<Citizen> {
  const citizen = await Citizen.visit(town.browser, program.town, { reducedMotion: 'reduce' });
  await citizen.page.addInitScript(watchChannels);
  citizen.page.on('dialog', (dialog) => void dialog.accept());
  await citizen.page.reload();
  await citizen.draw();
  await huber.move('call');
  if (o.textOnly)
    await citizen.screen.getByRole('button', { name: 'Nur mit Text teilnehmen', exact: true }).click(slow);
  else await clickEnter(citizen.screen);
  await expect(citizen.screen.getByLabel(/^Frau Huber/).first()).toBeVisible(slow);
  return citizen;
}

/** Remembers every channel of a page's connections. */
function watchChannels(): void {
  const seen: { label: string; protocol: string; ordered: boolean; own: boolean }[] = [];
  Object.assign(globalThis, { channels: seen });
  const remember = (c: RTCDataChannel, own: boolean) =>
    seen.push({ label: c.label, protocol: c.protocol, ordered: c.ordered, own });
  const Real = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('datachannel', (e) => remember(e.channel, false));
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit) {
      const channel = super.createDataChannel(label, options);
      remember(channel, true);
      return channel;
    }
  };
}

/** To an element by Tab alone. */
async function tabTo(page: Page, frame: Frame | Page, selector: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await frame.evaluate((s) => document.activeElement?.matches(s) === true, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} cannot be reached by Tab`);
}

const own = 'Ihr Text';
const lines = '.text-lines li';

test('both write by keyboard alone; each letter is there before the line ends', async () => {
  const citizen = await meet();
  await citizen.screen.getByRole('heading', { level: 2 }).first().press('Shift');
  await tabTo(citizen.page, citizen.frame, '.panel-text');
  await citizen.page.keyboard.press('Enter');
  const area = citizen.screen.getByLabel(own);
  await expect(area).toBeVisible();
  await tabTo(citizen.page, citizen.frame, '.text-panel textarea');

  // Letter by letter, before any Enter; the panel of the other side opens by itself and takes no focus.
  const before = await huber.page.evaluate(() => document.activeElement?.tagName);
  await citizen.page.keyboard.type('H');
  const read = huber.page.locator(`${lines}.other .what`);
  await expect(read).toHaveText('H', slow);
  await citizen.page.keyboard.type('a');
  await expect(read).toHaveText('Ha');
  expect(await huber.page.evaluate(() => document.activeElement?.tagName)).toBe(before);
  await expect(huber.page.locator(`${lines}.other .writing`)).toHaveText('schreibt');

  // Who speaks is shown to those who do not hear it; the microphone of the test beeps.
  await expect(huber.page.locator('.text-speaking[data-speaking=true]')).toContainText(/^H \d+ spricht$/, slow);

  // Taking back, correcting in the middle, emoji, pasting.
  await citizen.page.keyboard.type('llp');
  await citizen.page.keyboard.press('Backspace');
  await citizen.page.keyboard.type('o');
  await expect(read).toHaveText('Hallo');
  await citizen.page.keyboard.insertText(' 👨‍👩‍👧');
  await expect(read).toHaveText('Hallo 👨‍👩‍👧');
  await citizen.page.keyboard.press('Backspace');
  await expect(read).toHaveText('Hallo ');
  await citizen.page.keyboard.press('Home');
  await citizen.page.keyboard.type('Oh, ');
  await expect(read).toHaveText('Oh, Hallo ');
  await citizen.page.keyboard.press('Enter');
  await expect(huber.page.locator(`${lines}.other .writing`)).toHaveCount(0);
  await citizen.page.keyboard.insertText('erste\nzweite\ndritte');
  await expect(read).toHaveText(['Oh, Hallo ', 'erste', 'zweite', 'dritte']);

  // The clerk answers; speakers stand as text, in the order of time.
  await huber.page.getByLabel(own).fill('Guten Tag');
  await expect(citizen.screen.locator(`${lines}.other`)).toContainText('Frau Huber: Guten Tag');
  await expect(citizen.screen.locator(`${lines}.own`).first()).toContainText('Sie: Oh, Hallo');
  const tree = await citizen.screen.locator('.text-lines').ariaSnapshot();
  expect(tree).toContain('Sie: erste');
  expect(tree).toContain('Frau Huber: Guten Tag');

  // One channel for each source, all of them t140, reliable and ordered.
  for (const place of [citizen.frame, huber.page]) {
    const seen = await place.evaluate(() => (globalThis as unknown as { channels: object[] }).channels);
    expect(seen.length).toBeGreaterThanOrEqual(2);
    for (const channel of seen) expect(channel).toMatchObject({ protocol: 't140', ordered: true });
  }
  await shoot(citizen.page, 'text-citizen');
  await shoot(huber.page, 'text-clerk');
  await citizen.close();
});

test('from the key to the other screen in less than 500 ms, with sound and picture off too', async () => {
  const citizen = await meet();
  await citizen.screen.getByRole('button', { name: 'Text' }).click();
  const area = citizen.screen.getByLabel(own);
  await area.click();
  await citizen.screen.getByRole('button', { name: /^Mikrofon/ }).click();
  await citizen.screen.getByRole('button', { name: /^Kamera/ }).click();
  await area.click();
  await citizen.frame.evaluate(() => {
    const typed: number[] = [];
    Object.assign(globalThis, { typed });
    document.addEventListener('keydown', () => typed.push(Date.now()), true);
  });
  await huber.page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      const text = document.querySelector('.text-lines li.other .what')?.textContent ?? '';
      seen[text.length] ??= Date.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const word = 'Sonderabfallbehälter';
  await citizen.page.keyboard.type(word, { delay: 120 });
  await expect(huber.page.locator(`${lines}.other .what`)).toHaveText(word, slow);
  const typed = await citizen.frame.evaluate(() => (globalThis as unknown as { typed: number[] }).typed);
  const seen = await huber.page.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen);
  const took = typed.map((at, i) => (seen[i + 1] === undefined ? undefined : (seen[i + 1] ?? 0) - at)).slice(1); // the first opens the panel
  const known = took.filter((ms): ms is number => ms !== undefined).sort((a, b) => a - b);
  console.log(
    `key to screen: half within ${known[known.length >> 1]} ms, all within ${known.at(-1)} ms, ${known.length} letters`,
  );
  expect(known.length).toBeGreaterThan(word.length - 4);
  expect(known[Math.floor(known.length * 0.9)]).toBeLessThan(500); // the slowest tell of what else the machine had to do
  await citizen.close();
});

test('a line cut for ten seconds in mid-word loses nothing; where text is lost stands the mark, and only there', async () => {
  test.setTimeout(240_000);
  const citizen = await meet();
  await citizen.screen.getByRole('button', { name: 'Text' }).click();
  const area = citizen.screen.getByLabel(own);
  await area.click();
  await citizen.page.keyboard.type('Sonder');
  const read = huber.page.locator(`${lines}.other .what`).last();
  await expect(read).toHaveText('Sonder', slow);
  await huber.page.getByLabel(own).fill('Ich le');
  const answer = citizen.screen.locator(`${lines}.other .what`).last();
  await expect(answer).toHaveText('Ich le');
  const cut = program.cut(10_000);
  await citizen.page.keyboard.type('abfall', { delay: 200 });
  await huber.page.getByLabel(own).fill('Ich lese mit');
  await cut;
  await citizen.page.keyboard.type('behälter', { delay: 200 });
  await expect(read).toHaveText('Sonderabfallbehälter', slow);
  await expect(answer).toHaveText('Ich lese mit', slow);

  // The page keeps 2,000 characters for such a case. More is lost in the cut, where the connection did not survive it.
  await citizen.frame.evaluate(() => {
    // What was given to the channel is gone with the connection, as when a telephone changes the network.
    const real = RTCDataChannel.prototype.send;
    const gone = { characters: 0 };
    RTCDataChannel.prototype.send = (text: unknown) => {
      gone.characters += String(text).length;
    };
    Object.assign(globalThis, { real, gone });
  });
  await area.fill('');
  await area.fill('x'.repeat(1_500));
  await area.fill(`${'x'.repeat(1_500)}${'y'.repeat(2_000)}`);
  const gone = () => citizen.frame.evaluate(() => (globalThis as unknown as { gone: { characters: number } }).gone);
  await expect.poll(gone).toEqual({ characters: 20 + 1_500 + 2_000 }); // the backspaces, and all that was typed
  await citizen.frame.evaluate(() => {
    RTCDataChannel.prototype.send = (globalThis as unknown as { real: typeof RTCDataChannel.prototype.send }).real;
  });
  await program.kill();
  await program.start();
  await expect(read).toHaveText(/^Sonderabfallbehälter\uFFFD \(hier fehlt Text\) y{2000}$/, { timeout: 60_000 });
  await expect(huber.page.locator('.text-lines mark')).toHaveCount(1);
  await expect(citizen.screen.locator('.text-lines mark')).toHaveCount(0);
  await citizen.close();
});

test('an input method composes in peace; who only reads and writes finds the text open', async () => {
  const citizen = await meet({ textOnly: true });
  await expect(huber.page.locator('.text-panel')).toContainText('Die Person möchte lesen und schreiben');
  const area = huber.page.getByLabel(own);
  await area.click();
  const cdp = await huber.page.context().newCDPSession(huber.page);
  await cdp.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
  await cdp.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
  await expect(area).toHaveValue('にほん');
  await cdp.send('Input.insertText', { text: '日本' });
  const read = citizen.screen.locator(`${lines}.other .what`);
  await expect(read).toHaveText('日本', slow);
  await huber.page.keyboard.type('!');
  await expect(read).toHaveText('日本!');
  const faults = [...(await examine(huber.page)), ...(await examine(citizen.page))];
  expect(faults).toEqual([]);
  await huber.page.setViewportSize({ width: 320, height: 640 });
  await settled(huber.page);
  await huber.page.locator('.text-panel').screenshot({ path: 'widget/test/shots/text-320.png' });
  await citizen.close();
});

test('three write to each other: each reads the others under their names, and a guest nothing from before', async () => {
  test.setTimeout(180_000);
  const citizen = await meet();
  await citizen.screen.getByRole('button', { name: 'Text', exact: true }).click();
  await citizen.screen.getByLabel(own).pressSequentially('Unter uns');
  await expect(huber.page.locator(`${lines}.other .what`)).toHaveText('Unter uns', slow);

  await huber.page.getByRole('button', { name: 'Gast einladen' }).click();
  const dialog = huber.page.getByRole('dialog', { name: 'Gast einladen' });
  await dialog.getByLabel('Name').fill('Herr Gül');
  await dialog.getByRole('button', { name: 'Einladen' }).click();
  const made = huber.page.getByRole('dialog', { name: 'Einladung für Herr Gül' });
  const link = await made.getByLabel('Link', { exact: true }).inputValue();
  await made.getByRole('button', { name: 'Fertig' }).click();
  const context = await town.browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' });
  const guest = await context.newPage();
  await guest.goto(link);
  await guest.getByRole('button', { name: 'Ich bin bereit' }).click();
  await citizen.screen.getByRole('button', { name: 'Zustimmen' }).click(slow);
  await expect(guest.locator('.tile.clerk')).toBeVisible(slow);

  const texts = (place: Page | typeof citizen.screen, who: string) =>
    place
      .locator(`${lines}.other`)
      .filter({ hasText: `${who}:` })
      .locator('.what');
  await citizen.screen.getByLabel(own).press('Enter');
  await citizen.screen.getByLabel(own).pressSequentially('Guten Tag');
  await expect(guest.locator(`${lines}.other .what`)).toHaveText('Guten Tag', slow);
  await guest.getByLabel(own).pressSequentially('Merhaba');
  await expect(texts(citizen.screen, 'Herr Gül')).toHaveText('Merhaba', slow);
  await expect(texts(huber.page, 'Herr Gül')).toHaveText('Merhaba', slow);
  await huber.page.getByLabel(own).pressSequentially('Willkommen');
  await expect(texts(guest, 'Frau Huber')).toHaveText('Willkommen', slow);
  await expect(texts(citizen.screen, 'Frau Huber')).toHaveText('Willkommen', slow);
  await shoot(guest, 'text-guest');
  await context.close();
  await citizen.close();
});
