// Notices within two seconds that nothing comes through any more: browsers take five, and people hang up by then.

/** How often it is looked. */
const LOOK_MS = 400;
/** So long nothing at all must have come, where before something came at every look. */
export const SILENT_MS = 1_000;
/** A line that was steady for so many looks is missed when it stops. */
export const STEADY = 3;

/** What is known of the line after a look. */
export interface Flow {
  bytes: number;
  /** When something last came, or silence was last said. */
  at: number;
  /** Looks in a row at which something had come. */
  steady: number;
  /** How often silence was said since something last came. */
  silent: number;
}

export const noFlow: Flow = { bytes: 0, at: 0, steady: 0, silent: 0 };

/** One look at how much has come. Silence is to be said when `silent` has risen. */
export function look(before: Flow, bytes: number, now: number): Flow {
  if (bytes > before.bytes) return { bytes, at: now, steady: before.steady + 1, silent: 0 };
  if (bytes < before.bytes) return look({ ...before, bytes }, bytes, now); // browsers forget dead ways, and what they bore
  if (before.steady < STEADY || now - before.at < SILENT_MS) return before;
  return { ...before, at: now, silent: before.silent + 1 };
}

interface Entry {
  type: string;
  bytesReceived?: number;
}

/** Where browsers say that the device is in another network now. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/**
 * `onSilence` hears of silence, for the first time and, while it lasts, again; and of a change of the network, as of the
 * first time. Until the returned function is called.
 */
export function watchSilence(pc: () => RTCPeerConnection | undefined, onSilence: (times: number) => void): () => void {
  let flow = noFlow;
  let of: RTCPeerConnection | undefined;
  let looking = false;
  const timer = setInterval(async () => {
    const current = pc();
    if (!current || looking || current.connectionState === 'closed') return;
    looking = true;
    const report = await current.getStats().catch(() => undefined);
    looking = false;
    if (!report || pc() !== current) return;
    if (of !== current) flow = noFlow;
    of = current;
    let bytes = 0;
    for (const entry of report.values() as Iterable<Entry>)
      if (entry.type === 'candidate-pair') bytes += entry.bytesReceived ?? 0;
    const next = look(flow, bytes, performance.now());
    const said = next.silent > flow.silent;
    flow = next;
    if (said) onSilence(next.silent);
  }, LOOK_MS);
  const changed = () => onSilence(1);
  const network = (navigator as { connection?: NetworkInformation }).connection;
  let kind = network?.type;
  const moved = () => {
    // Browsers also say so when only their guess of its speed has changed.
    if (network?.type === kind) return;
    kind = network?.type;
    onSilence(1);
  };
  addEventListener('online', changed);
  network?.addEventListener('change', moved);
  return () => {
    clearInterval(timer);
    removeEventListener('online', changed);
    network?.removeEventListener('change', moved);
  };
}
