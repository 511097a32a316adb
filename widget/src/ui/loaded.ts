/** A part of the program that is fetched when it is first wanted. */
import { useEffect, useState } from 'preact/hooks';

export interface Loaded<T> {
  /** Absent until it is here. */
  part: T | undefined;
  /** The line was gone. */
  failed: boolean;
  again: () => void;
}

/** `load` must be the same function at each rendering. */
export function useLoaded<T>(load: () => Promise<T>, wanted: boolean): Loaded<T> {
  const [state, setState] = useState<{ part?: T; failed?: boolean }>({});
  const fetch = () => {
    setState({});
    load().then(
      (part) => setState({ part }),
      () => setState({ failed: true }),
    );
  };
  useEffect(() => {
    if (wanted && !state.part) fetch();
  }, [wanted, load]);
  return { part: state.part, failed: state.failed ?? false, again: fetch };
}
