// The build turns the board's style sheets into minified strings.
declare module '*/board.css' {
  const css: string;
  export default css;
}

declare module '*/stage.css' {
  const css: string;
  export default css;
}

declare module '*/doctor.css' {
  const css: string;
  export default css;
}
