/** Icons are drawn by hand on a 24 by 24 grid and are never the only carrier of a meaning: always hidden from readers. */
import type { JSX } from 'preact';

const paths = {
  microphone: (
    <path d="M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21M8.5 21h7" />
  ),
  'microphone-off': (
    <path d="M9 9v2a3 3 0 0 0 4.8 2.4M15 10.5V6a3 3 0 0 0-5.8-1M5.5 11a6.5 6.5 0 0 0 10.6 5M18.5 11a6.6 6.6 0 0 1-.5 2.5M12 17.5V21M8.5 21h7M4 3l16 18" />
  ),
  camera: (
    <path d="M3.5 7.5A1.5 1.5 0 0 1 5 6h8.5A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5ZM15 10.5l5.5-3v9l-5.5-3" />
  ),
  'camera-off': (
    <path d="M9.5 6h4A1.5 1.5 0 0 1 15 7.5v3l5.5-3v9l-3-1.6M15 15v1.5a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 5 6M4 3l16 18" />
  ),
  'hang-up': (
    <path d="M3 15.2c0-1 .4-2 1.2-2.7C6.3 10.6 9 9.5 12 9.5s5.7 1.1 7.8 3c.8.7 1.2 1.7 1.2 2.7v1.3c0 .6-.6 1-1.2.8l-3.3-1c-.5-.1-.8-.6-.8-1.1v-1.7a11 11 0 0 0-7.4 0v1.7c0 .5-.3 1-.8 1.1l-3.3 1c-.6.2-1.2-.2-1.2-.8Z" />
  ),
  forward: <path d="M4 12h15M13 6l6 6-6 6" />,
  back: <path d="M20 12H5M11 6l-6 6 6 6" />,
  park: <path d="M9 5v14M15 5v14" />,
  person: <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0" />,
  people: (
    <path d="M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.5M18 14.2a6.5 6.5 0 0 1 3.5 5.8" />
  ),
  'person-plus': (
    <path d="M10 11.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM3 20a7 7 0 0 1 14 0M19.5 6.5v6M16.5 9.5h6" />
  ),
  bell: <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15ZM10 20.5a2 2 0 0 0 4 0M12 3v2" />,
  'bell-off': <path d="M8 6.5A6 6 0 0 1 18 11v4M6 10v6.5L4.5 18H17M10 20.5a2 2 0 0 0 4 0M4 3l16 18" />,
  check: <path d="M5 12.5l4.5 4.5L19 7.5" />,
  cross: <path d="M6 6l12 12M18 6L6 18" />,
  warning: <path d="M12 4 2.8 20h18.4ZM12 10v4.5M12 17.4v.1" />,
  text: <path d="M4 5h16v11H9.5L5 19.5V16H4ZM8 9h8M8 12h5" />,
  screen: <path d="M3 5h18v12H3ZM8.5 20.5h7M12 17v3.5M12 14V8.5M9.5 11 12 8.5l2.5 2.5" />,
  document: <path d="M6 3h8.5L18 6.5V21H6ZM14 3v4h4M9 11.5h6M9 15h6" />,
  pin: <path d="M9 3.5h6M10 3.5V10l-3 3.5h10L14 10V3.5M12 13.5V21" />,
  hand: (
    <path d="M7 13.5V6.2a1.4 1.4 0 0 1 2.8 0V11V4.4a1.4 1.4 0 0 1 2.8 0V11V5.2a1.4 1.4 0 0 1 2.8 0V12V8a1.4 1.4 0 0 1 2.8 0v6.5c0 4-2.5 6.5-6 6.5-3 0-4.6-1.4-6-4L4.4 13a1.4 1.4 0 0 1 2.4-1.4Z" />
  ),
  turn: <path d="M4 9.5A8 8 0 0 1 19 8M20 14.5A8 8 0 0 1 5 16M19.5 3.5V8H15M4.5 20.5V16H9" />,
  more: <path d="M5 12v.1M12 12v.1M19 12v.1" stroke-width="4" />,
  enlarge: <path d="M4 9V4h5M20 15v5h-5M4 4l6 6M20 20l-6-6" />,
  shrink: <path d="M10 5v5H5M14 19v-5h5M10 10 4 4M14 14l6 6" />,
  captions: <path d="M3 5h18v14H3ZM6.5 12h5M14 12h3.5M6.5 15.5h3M12 15.5h5.5" />,
  phone: (
    <path d="M8.5 3h7A1.5 1.5 0 0 1 17 4.5v15a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 19.5v-15A1.5 1.5 0 0 1 8.5 3ZM11 17.8h2" />
  ),
  clock: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2" />,
  leave: <path d="M14 4H5.5v16H14M10 12h10M16.5 8.5 20 12l-3.5 3.5" />,
  sound: <path d="M4 9.5v5h3.5L12 19V5L7.5 9.5ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  keyboard: <path d="M3 6.5h18v11H3ZM6.5 10v.1M10 10v.1M14 10v.1M17.5 10v.1M8 14h8" />,
  settings: (
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z" />
  ),
  offline: (
    <path d="M3 9a14 14 0 0 1 5-3M21 9a14 14 0 0 0-9-3.8M6.5 13a8.5 8.5 0 0 1 4.5-2.3M17.5 13a8.5 8.5 0 0 0-1.8-1.4M12 18.5v.1M4 3l16 18" />
  ),
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return <Drawing>{paths[name]}</Drawing>;
}

/** What is drawn like an icon. */
export function Drawing({ children }: { children: JSX.Element }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}
