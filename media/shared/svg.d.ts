/** The bundler hands over svg files as text. */
declare module '*.svg' {
  const text: string;
  export = text;
}
