// The window's icon with the number of those who wait: drawn here, for it is seen when the window is not.

let plain: { href: string; type: string } | undefined;

/** Draws the number on the icon; 0 gives the page's own back. */
export function drawIcon(waiting: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (!link) return;
  plain ??= { href: link.href, type: link.type };
  const drawn = waiting > 0 ? draw(waiting) : undefined;
  link.type = drawn ? 'image/png' : plain.type;
  link.href = drawn ?? plain.href;
}

function draw(waiting: number): string | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 64;
  const pen = canvas.getContext?.('2d');
  if (!pen) return undefined;
  pen.fillStyle = '#a3201d';
  pen.beginPath();
  pen.arc(32, 32, 32, 0, 2 * Math.PI);
  pen.fill();
  const text = waiting > 99 ? '99+' : String(waiting);
  pen.fillStyle = '#ffffff';
  pen.font = `bold ${text.length > 2 ? 28 : 42}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(text, 32, 35);
  return canvas.toDataURL('image/png');
}
