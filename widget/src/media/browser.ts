// Which browser this is, as far as help differs by it. Never used to decide what the browser can do.

export type BrowserName = 'chrome' | 'edge' | 'firefox' | 'safari' | 'samsung' | 'other';
export type SystemName = 'ios' | 'android' | 'mac' | 'windows' | 'other';

export interface BrowserInfo {
  name: BrowserName;
  system: SystemName;
  /** The app whose built-in browser this is, such as "Facebook"; "?" for one that we don't know; empty: a real browser. */
  app: string;
}

/** Apps that show pages in a browser of their own, where camera and microphone are mostly out of reach. */
const APPS: [string, RegExp][] = [
  ['Instagram', /\bInstagram\b/],
  ['Messenger', /\bMessenger(ForiOS|LiteForiOS)?\b|FBAN\/Messenger|FB_IAB\/MESSENGER|Orca-Android/],
  ['Facebook', /\bFB(AN|AV|_IAB|IOS)\b/],
  ['WhatsApp', /\bWhatsApp\b/],
  ['TikTok', /musical_ly|BytedanceWebview|TikTok/i],
  ['Snapchat', /\bSnapchat\b/],
  ['LinkedIn', /\bLinkedInApp\b/],
  ['LINE', /\bLine\/\d/],
  ['Google', /\bGSA\/\d/],
  ['Teams', /\bTeamsMobile\b/],
];

/** `touches` is navigator.maxTouchPoints: an iPad says that it is a Mac. */
export function browserOf(agent: string, touches = 0): BrowserInfo {
  const system = systemOf(agent, touches);
  return { name: nameOf(agent), system, app: appOf(agent, system) };
}

function systemOf(agent: string, touches: number): SystemName {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return 'ios';
  if (/Android/.test(agent)) return 'android';
  if (/Macintosh/.test(agent)) return 'mac';
  return /Windows/.test(agent) ? 'windows' : 'other';
}

function nameOf(agent: string): BrowserName {
  if (/Firefox|FxiOS/.test(agent)) return 'firefox';
  if (/Edg(e|A|iOS)?\//.test(agent)) return 'edge';
  if (/SamsungBrowser/.test(agent)) return 'samsung';
  if (/Chrome|CriOS|Chromium/.test(agent)) return 'chrome';
  return /Safari/.test(agent) ? 'safari' : 'other';
}

function appOf(agent: string, system: SystemName): string {
  const known = APPS.find(([, pattern]) => pattern.test(agent));
  if (known) return known[0];
  const unknown = system === 'android' ? /; wv\)/.test(agent) : system === 'ios' && !/Safari\//.test(agent);
  return unknown ? '?' : '';
}

export function thisBrowser(): BrowserInfo {
  return browserOf(navigator.userAgent, navigator.maxTouchPoints);
}
