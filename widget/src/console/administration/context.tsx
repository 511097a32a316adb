import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ClerkSession, Settings } from '../../client/protocol';
import type { Administration } from './model';

interface Here {
  model: Administration;
  settings: Settings;
  session: ClerkSession;
}

const Context = createContext<Here | undefined>(undefined);

export const Provider = Context.Provider;

export function useHere(): Here {
  const here = useContext(Context);
  if (!here) throw new Error('useHere outside of the administration');
  return here;
}
