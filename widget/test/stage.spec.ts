// The conversation's screen: who speaks and who signs, the own picture, the large window, phones, six people.
import { expect, type Locator, test } from '@playwright/test';
import { examine, settled } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { faultsOf } from './support/scene.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;
let citizen: Citizen;

test.beforeAll(async () => {
  program = await startProgram();
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program, 'huber', { reducedMotion: 'reduce' });
  await huber.open();
  await huber.film();
  citizen = await Citizen.visit(town.browser, program.town, { reducedMotion: 'reduce' });
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expectColour(citizen.screen.locator('.tile.clerk video'), 'blue');
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

const slow = { timeout: 30_000 };

/** The further buttons, unfolded or folded. */
async function more(on: boolean): Promise<void> {
  for (const button of [citizen.screen.getByRole('button', { name: 'Mehr' }), huber.button('Mehr')]) {
    if ((await button.getAttribute('aria-expanded')) !== String(on)) await button.click();
  }
}

const boxOf = async (what: Locator) => {
  const box = await what.boundingBox();
  if (!box) throw new Error('nothing is shown');
  return box;
};

test('name, role and office stand on the picture and in its name', async () => {
  const tile = citizen.screen.locator('.tile.clerk');
  await expect(tile.locator('figcaption')).toContainText('Frau Huber');
  await expect(tile.locator('figcaption')).toContainText('Sachbearbeitung, Hauptamt');
  await expect(tile.getByLabel('Frau Huber, Sachbearbeitung, Hauptamt')).toBeVisible();
  await expect(huber.page.locator('.tile.citizen video')).toHaveAttribute('aria-label', /^H 001, Bürger\/in$/);
});

test('who speaks is marked by word and border, and so is who signs, at the other side', async () => {
  const clerk = citizen.screen.locator('.tile.clerk');
  await expect(clerk).toHaveAttribute('data-speaking', 'true', slow); // the fake microphone beeps
  await expect(clerk).toContainText('spricht', slow);
  await huber.button('Mikrofon an').click();
  await expect(clerk).toContainText('stumm');
  await expect(clerk).not.toHaveAttribute('data-speaking', 'true');
  const quiet = await clerk.evaluate((e) => getComputedStyle(e).borderColor);

  await more(true);
  await huber.button('Ich gebärde').click();
  await expect(clerk).toContainText('gebärdet');
  await expect(clerk).toHaveAttribute('data-speaking', 'true');
  expect(await clerk.evaluate((e) => getComputedStyle(e).borderColor)).not.toBe(quiet);

  await citizen.screen.getByRole('button', { name: 'Ich gebärde' }).click();
  await expect(huber.page.locator('.tile.citizen')).toContainText('gebärdet');
  await shoot(citizen.page, 'stage-more');
  await shoot(huber.page, 'stage-more-clerk');

  await huber.button('Ich gebärde').click();
  await expect(clerk).not.toContainText('gebärdet');
  await citizen.screen.getByRole('button', { name: 'Ich gebärde' }).click();
  await huber.button('Mikrofon aus').click();
});

test('the own picture moves by keys, by a click and by a drag, and can be hidden', async () => {
  const own = citizen.screen.locator('.tile.self');
  const mover = citizen.screen.getByRole('button', { name: 'Ihr Bild verschieben' });
  await expect(own).toHaveClass(/at-bottom-right/);
  await mover.focus();
  await citizen.page.keyboard.press('ArrowUp');
  await expect(own).toHaveClass(/at-top-right/);
  await citizen.page.keyboard.press('ArrowLeft');
  await expect(own).toHaveClass(/at-top-left/);
  await citizen.page.keyboard.press('Enter');
  await expect(own).toHaveClass(/at-top-right/);

  await settled(citizen.page);
  const from = await boxOf(own);
  const scene = await boxOf(citizen.screen.locator('.scene'));
  await citizen.page.mouse.move(from.x + 30, from.y + 30);
  await citizen.page.mouse.down();
  await citizen.page.mouse.move(scene.x + 120, scene.y + scene.height - 60, { steps: 5 });
  await citizen.page.mouse.up();
  await expect(own).toHaveClass(/at-bottom-left/);
  await expectColour(own.locator('video'), 'red');

  await more(true);
  await citizen.screen.getByRole('button', { name: 'Eigenes Bild ausblenden' }).click();
  await expect(own).toHaveCount(0);
  await expectColour(huber.page.locator('.tile.citizen video'), 'red'); // the others see it all the same
  await citizen.screen.getByRole('button', { name: 'Eigenes Bild zeigen' }).click();
  await expect(own).toBeVisible();
});

test('pinned, a picture has at least a quarter of the width, and nothing lies on it', async () => {
  const clerk = citizen.screen.locator('.tile.clerk');
  const pin = citizen.screen.getByRole('button', { name: 'Anheften: Frau Huber' });
  await pin.click();
  await expect(pin).toHaveAttribute('aria-pressed', 'true');
  await settled(citizen.page);
  const [scene, tile, own] = [
    await boxOf(citizen.screen.locator('.scene')),
    await boxOf(clerk),
    await boxOf(citizen.screen.locator('.tile.self')),
  ];
  expect(tile.width).toBeGreaterThanOrEqual(scene.width / 4);
  expect(tile.height).toBeGreaterThan(scene.height * 0.95);
  expect(own.x + own.width).toBeLessThanOrEqual(tile.x + 1);
  expect(own.width).toBeLessThanOrEqual(tile.width); // whoever pins another does not become the largest
  await pin.click();
  await expect(pin).toHaveAttribute('aria-pressed', 'false');
});

test('the whole window, and a phone held upright and across', async () => {
  await more(false);
  await citizen.screen.getByRole('button', { name: 'Großes Fenster' }).click();
  for (const [width, height, name] of [
    [360, 740, 'upright'],
    [740, 360, 'across'],
    [1280, 800, 'desk'],
  ] as const) {
    await citizen.page.setViewportSize({ width, height });
    await settled(citizen.page);
    const scene = await boxOf(citizen.screen.locator('.scene'));
    expect([name, scene.y >= 0 && scene.y + scene.height <= height]).toEqual([name, true]);
    const seen = await boxOf(citizen.screen.locator('.tile.clerk'));
    expect(seen.height).toBeGreaterThan(name === 'across' ? 150 : 250);
    await citizen.page.screenshot({ path: `widget/test/shots/stage-full-${name}.png` });
  }
  await citizen.screen.getByRole('button', { name: 'Kleines Fenster' }).click();

  await more(true);
  await huber.button('Großes Fenster').click();
  await expect.poll(async () => (await boxOf(huber.page.locator('.visit'))).x).toBe(0);
  const size = await huber.page.evaluate(() => [innerWidth, innerHeight]);
  const visit = await boxOf(huber.page.locator('.visit'));
  expect([visit.width, visit.height]).toEqual(size);
  await expectColour(huber.page.locator('.tile.citizen video:visible'), 'red');
  await huber.page.screenshot({ path: 'widget/test/shots/stage-full-clerk.png' });
  await huber.button('Kleines Fenster').click();
  await expect(huber.page.locator('.counters')).toBeVisible();
});

test('two to seven people, with and without something shared and pinned: nobody is cut off or covered, no name is cut', async () => {
  // Copies stand for further guests: the places go by the classes alone. Looked at is what stands there at once, before the
  // app draws it anew.
  await citizen.frame.evaluate(`window.faultsOf = ${faultsOf}`);
  for (const others of [1, 2, 3, 4, 5, 6]) {
    for (const more of ['', 'pinned', 'sharing', 'pinned sharing']) {
      for (const width of [1280, 360, 320]) {
        await citizen.page.setViewportSize({ width, height: 900 });
        const faults = await citizen.screen.locator('.scene').evaluate(
          async (scene: HTMLElement, [others, more]) => {
            const was = scene.className;
            const real = scene.querySelector('.tile.clerk') as HTMLElement;
            const made: Element[] = [];
            const copy = (classes: string) => {
              const tile = real.cloneNode(true) as HTMLElement;
              tile.className = `tile guest copy ${classes}`;
              const name = tile.querySelector('.chip')?.firstChild;
              if (name) name.textContent = 'Frau Anastasia Grünwald-Öztürk';
              made.push(tile);
              return tile;
            };
            const pinned = more.includes('pinned');
            const own = scene.querySelector<HTMLElement>('.self');
            const ownClass = own?.className ?? '';
            for (let i = 1; i < others; i++) real.after(copy(i === 1 && pinned ? 'pin' : ''));
            if (more.includes('sharing')) {
              scene.prepend(copy('screen'));
            }
            if (others === 1 && pinned) real.classList.add('pin');
            const docked = more.includes('sharing') || others - (pinned ? 1 : 0) !== 1;
            if (own && docked) own.className = 'tile mirrored self docked';
            const rest = others - (pinned ? 1 : 0) + (docked ? 1 : 0);
            scene.className = `scene rest-${rest} ${more}`;
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            (window as unknown as { undo: () => void }).undo = () => {
              for (const tile of made) tile.remove();
              scene.className = was;
              real.classList.remove('pin');
              if (own) own.className = ownClass;
            };
            return (window as unknown as { faultsOf: (scene: Element) => string[] }).faultsOf(scene);
          },
          [others, more] as const,
        );
        expect.soft([others, more, width, faults]).toEqual([others, more, width, []]);
        const name = `stage-${others}-${more.replace(' ', '-') || 'plain'}-${width}`;
        if (others === 5 || others === 3) {
          const frame = citizen.page.locator('schalter-board');
          if (width !== 320) await frame.screenshot({ path: `widget/test/shots/${name}.png` });
        }
        await citizen.screen.locator('.scene').evaluate(() => (window as unknown as { undo: () => void }).undo());
      }
    }
  }
  await citizen.page.setViewportSize({ width: 1280, height: 720 });
});

test('at every size, in forced colours, by axe', async () => {
  await more(true);
  expect(await examine(citizen.page)).toEqual([]);
  await huber.page.bringToFront();
  expect(await examine(huber.page)).toEqual([]);
});
