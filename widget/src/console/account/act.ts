// What is asked of the server once at a time: busy until its answer is here, and the sentence of a refusal.
import { useRef, useState } from 'preact/hooks';
import { refusalOf } from '../../client/api';
import type { Texts } from '../../ui/texts.tsx';

export interface Act {
  busy: boolean;
  /** Why the last one did not work; empty: it did. */
  said: string;
  /** True: it worked. */
  run(act: () => Promise<unknown>): Promise<boolean>;
}

export function useAct(say: Pick<Texts<never>, 'maybe'>): Act {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const held = useRef(false);
  const run = async (act: () => Promise<unknown>) => {
    if (held.current) return false;
    held.current = true;
    setBusy(true);
    setSaid('');
    try {
      await act();
      return true;
    } catch (error) {
      const refusal = refusalOf(error);
      setSaid(say.maybe(`error.${refusal.key}`) ?? say.maybe('error.internal') ?? refusal.key);
      return false;
    } finally {
      held.current = false;
      setBusy(false);
    }
  };
  return { busy, said, run };
}
