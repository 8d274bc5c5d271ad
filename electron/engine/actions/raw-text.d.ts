/** Vite hands the text of a file over as a string, so that knowledge files travel inside the built engine. */
declare module '*.yaml?raw' {
  const text: string;
  export default text;
}
