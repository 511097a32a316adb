// What must hold of the places of pictures on a stage. Both run in the page.

/**
 * Pictures that are tiny, stick out of the stage, or lie on each other; names that are cut, under a button, or on each
 * other. The own small picture may lie on one.
 */
export function faultsOf(scene: Element): string[] {
  const outer = scene.getBoundingClientRect();
  const tiles = [...scene.querySelectorAll<HTMLElement>(':scope > .tile:not(.self:not(.docked))')];
  const boxes = tiles.map((tile) => ({ name: tile.className, at: tile.getBoundingClientRect() }));
  const faults: string[] = [];
  for (const { name, at } of boxes) {
    if (at.width < 60 || at.height < 60 || at.height > 900) faults.push(`${name} is ${at.width} by ${at.height}`);
    if (at.bottom > outer.bottom + 1 || at.right > outer.right + 1) faults.push(`${name} sticks out`);
    for (const other of boxes) {
      const apart =
        at.right <= other.at.left + 1 ||
        other.at.right <= at.left + 1 ||
        at.bottom <= other.at.top + 1 ||
        other.at.bottom <= at.top + 1;
      if (other.at !== at && !apart) faults.push(`${name} lies on ${other.name}`);
    }
  }
  for (const tile of tiles) {
    const at = tile.getBoundingClientRect();
    const button = tile.querySelector('.tile-button')?.getBoundingClientRect();
    for (const chip of tile.querySelectorAll('.chip')) {
      const box = chip.getBoundingClientRect();
      const inside = box.left >= at.left && box.right <= at.right && box.top >= at.top && box.bottom <= at.bottom;
      const cut = chip.scrollWidth > chip.clientWidth + 1 || chip.scrollHeight > chip.clientHeight + 1;
      if (!inside || cut) faults.push(`${tile.className}: "${chip.textContent}" is cut`);
      const under = button && box.right > button.left && box.left < button.right && box.top < button.bottom;
      if (under) faults.push(`${tile.className}: "${chip.textContent}" is under the button`);
      const next = chip.nextElementSibling?.getBoundingClientRect();
      const onNext = next && box.bottom > next.top + 1 && box.top < next.bottom - 1 && box.right > next.left + 1;
      if (onNext && box.left < next.right - 1) faults.push(`${tile.className}: two words on each other`);
    }
  }
  return faults;
}

/** Whether something lies on a picture's middle or on its name. */
export function coverOf(tile: Element): string[] {
  tile.scrollIntoView({ block: 'center' });
  return [tile, ...tile.querySelectorAll('figcaption > .chip:first-child')].flatMap((what) => {
    const { x, y, width, height } = what.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return top && tile.contains(top) ? [] : [`${top?.outerHTML.slice(0, 80)} lies on ${what.className}`];
  });
}
