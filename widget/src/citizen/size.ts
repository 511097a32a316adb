// Tells the board the height of our content, whenever it has grown for good.

const SETTLED_MS = 50;
/** Narrower than this the frame is being laid out, or hidden: what is measured then is nobody's height. */
const NARROWEST = 200;

/** `still` says whether the height counts at the moment: not while the frame fills the window. */
export function watchSize(root: HTMLElement, still: () => boolean, say: (height: number) => void): void {
  let told = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const measure = () => {
    const { width, height } = root.getBoundingClientRect();
    if (width < NARROWEST || !still() || height <= told) return;
    told = Math.ceil(height);
    say(told);
  };
  new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(measure, SETTLED_MS);
  }).observe(root);
}
