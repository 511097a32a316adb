import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Work } from './work';

const Context = createContext<Work | undefined>(undefined);

export const WorkProvider = Context.Provider;

export function useWork(): Work {
  const work = useContext(Context);
  if (!work) throw new Error('useWork outside of a WorkProvider');
  return work;
}
