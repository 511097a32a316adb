import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { App } from './app.ts';

const AppContext = createContext<App | undefined>(undefined);
export const AppProvider = AppContext.Provider;

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp outside of an AppProvider');
  return app;
}

/** The server's clock, renewed every second while `on`. */
export function useNow(app: App, on: boolean): number {
  const [now, setNow] = useState(() => app.ticket.now());
  useEffect(() => {
    if (!on) return;
    setNow(app.ticket.now());
    const timer = setInterval(() => setNow(app.ticket.now()), 1000);
    return () => clearInterval(timer);
  }, [app, on]);
  return now;
}
