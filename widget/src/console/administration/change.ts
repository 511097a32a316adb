// A change that is no form: made by one click, with the sentence of what was done, or why it was not.
import { useState } from 'preact/hooks';
import { refusalOf } from '../../client/api';
import { sentence } from './form.tsx';
import { useText } from './texts';

export interface Change {
  done: string;
  error: string;
  run(what: Promise<void>, done: string): Promise<void>;
  /** Says why a change is not even tried. */
  refuse(error: string): void;
}

export function useChange(): Change {
  const text = useText();
  const [said, setSaid] = useState({ done: '', error: '' });
  const refuse = (error: string) => setSaid({ done: '', error });
  const run = async (what: Promise<void>, done: string) => {
    try {
      await what;
      setSaid({ done, error: '' });
    } catch (error) {
      const refusal = refusalOf(error);
      refuse(sentence(text, refusal.key, refusal.requestId));
    }
  };
  return { ...said, run, refuse };
}
