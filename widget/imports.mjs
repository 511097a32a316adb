// What is imported when it is needed is fetched first, with all that it imports itself, and imported only when everything
// is here. A browser may remember for as long as the page lives that a module did not come, and never ask for it again
// (Firefox before 155, also of what the module imports): "load again" would never succeed, though the line is back.
// A file that is gone for good belongs to a program that the server has replaced since: whoever asks a second time gets the
// page anew, which keeps the ticket and the conversation.

import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Stands before the code of each file that imports something later. The files are kept by the browser for good. */
const head = `const $parts={},$gone={},$part=(...names)=>$parts[names[0]]??=Promise.all(names.map(async name=>{
const answer=await fetch(new URL(name,import.meta.url));
if(answer.status===404){if($gone[name])location.reload();$gone[name]=true}
if(!answer.ok)throw Error(name);
await answer.blob()})).then(()=>import(names[0])).catch(why=>{delete $parts[names[0]];throw why});`.replaceAll(
  '\n',
  '',
);

/** Rewrites the built files of one program. `first`: what the page loads with its entry. */
export function fetchFirst(root, outputs, first) {
  for (const [path, { imports }] of Object.entries(outputs)) {
    const parts = new Set(imports.filter(({ kind }) => kind === 'dynamic-import').map((part) => part.path));
    if (parts.size === 0) continue;
    let code = readFileSync(join(root, path), 'utf8');
    if (code.startsWith(head)) continue; // not written anew (--watch)
    for (const part of parts) {
      const plain = `import("./${basename(part)}")`;
      if (!code.includes(plain)) throw new Error(`${path} does not say ${plain}`);
      const names = closure(outputs, part).filter((name) => name === part || !first.includes(name));
      code = code.replaceAll(plain, `$part(${names.map((name) => `"./${basename(name)}"`).join()})`);
    }
    writeFileSync(join(root, path), head + code);
  }
}

/** A file and all that it imports at once. */
export function closure(outputs, path, seen = []) {
  if (seen.includes(path)) return seen;
  seen.push(path);
  for (const next of outputs[path].imports) if (next.kind === 'import-statement') closure(outputs, next.path, seen);
  return seen;
}
