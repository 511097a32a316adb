// The panels' styles come with the panels: nobody fetches them before the first picture. A sheet of the program's own needs
// no leave from the page's content security policy.
import css from './panels.css';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
