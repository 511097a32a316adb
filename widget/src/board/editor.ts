// Sentences for the web editor, in the browser's console: each once, each with what to do.

const sentences = {
  insecure: 'Diese Seite läuft ohne https. Die Kamera geht nur mit https.',
  sandbox: 'Vorschau im Sandkasten: Hier ist kein Gespräch möglich, auf der echten Seite schon.',
  policy: 'Der Header Permissions-Policy sperrt die Kamera. Bitte: camera=(self "S"), microphone=(self "S").',
  frame: 'Die CSP verbietet unseren Rahmen. Bitte frame-src S ergänzen.',
  connect: 'Der Status kommt über einen Umweg. Besser connect-src S ergänzen.',
  silent:
    'Der Rahmen antwortet nicht: Diese Adresse fehlt in Ihrer Liste, COEP sperrt, oder der Dienst ist nicht erreichbar.',
  camera: 'Kamera wurde abgelehnt oder gesperrt.',
  display: 'Bildschirm teilen oder Vollbild ist gesperrt.',
  storage: 'Der Browser speichert nichts: nach Neuladen bitte den persönlichen Link nehmen.',
  hidden: 'Die Tafel ist verdeckt, abgeschnitten oder zu schmal.',
};

export type EditorProblem = keyof typeof sentences;

const told = new Set<string>();

/** @param origin ours: it stands in the page's lists in place of S */
export function tellEditor(problem: EditorProblem, origin: string): void {
  const sentence = sentences[problem];
  if (told.has(problem) || !sentence) return;
  told.add(problem);
  console.warn(`Schalter: ${sentence.replace(/\bS\b/g, origin)}`);
}
