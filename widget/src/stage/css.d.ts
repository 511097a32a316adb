// The build turns this style sheet into a minified string.
declare module '*/panels.css' {
  const css: string;
  export default css;
}
