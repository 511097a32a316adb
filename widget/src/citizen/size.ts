// Tells the board the height of our content, whenever it has grown.

export function watchSize(root: HTMLElement, say: (height: number) => void): void {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    if (height <= told) return;
    told = height;
    say(height);
  }).observe(root);
}
