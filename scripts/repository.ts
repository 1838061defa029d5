/** The root folder of this repository, from `scripts/` or from what is compiled of it into `build/scripts/`. */
export const repositoryRoot = __dirname.replace(/(?:[/\\]build)?[/\\]scripts$/, "");
