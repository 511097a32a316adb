// Tells the board the height of our content, once it has settled: at once when it grows, and when it has become much
// lower, as with a new screen or a wider window. A line that comes and goes moves nothing of the town's page.

const SETTLED_MS = 50;
/** Narrower than this the frame is being laid out, or hidden: what is measured then is nobody's height. */
const NARROWEST = 200;
/** White space that is less bad than a page that moves. */
const SLACK = 96;

/** `still` says whether the height counts at the moment: not while the frame fills the window. */
export function watchSize(root: HTMLElement, still: () => boolean, say: (height: number) => void): void {
  let told = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const measure = () => {
    const { width, height } = root.getBoundingClientRect();
    if (width < NARROWEST || !still()) return;
    if (height <= told && height >= told - SLACK) return;
    told = Math.ceil(height);
    say(told);
  };
  new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(measure, SETTLED_MS);
  }).observe(root);
}
