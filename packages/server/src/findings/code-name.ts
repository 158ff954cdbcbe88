/** The name of a stored code; an unknown one is a row from a newer version of Assay. */
export function nameOfCode<Name extends string>(codes: Readonly<Record<Name, number>>, code: number): Name {
  for (const name in codes) if (codes[name] === code) return name;
  throw new Error(`unknown code ${code}`);
}
