/** The page's only style sheet; its hash stands in the page's content security policy. */
export const docsStyle = `
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e4e8ee); --soft: light-dark(#566070, #a3adba); --paper: light-dark(#fff, #14181e); --panel: light-dark(#f4f6f8, #1c222a); --line: light-dark(#d7dce2, #333c47); --link: light-dark(#0b5cad, #7cb8f2); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header { padding: 1.5rem 2rem; border-bottom: 1px solid var(--line); background: var(--panel); }
h1 { margin: 0; font-size: 1.5rem; }
header p { margin: .25rem 0 0; color: var(--soft); }
.columns { display: grid; grid-template-columns: minmax(0, 24rem) minmax(0, 1fr); }
nav { padding: 1rem 1.5rem 2rem 2rem; border-right: 1px solid var(--line); position: sticky; top: 0; max-height: 100vh; overflow: auto; font-size: .9rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { padding: .2rem 0; overflow-wrap: anywhere; }
main { padding: 1rem 2rem 4rem; max-width: 70rem; }
h2 { font-size: 1.1rem; margin: 1rem 0 .5rem; }
h3 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .25rem; font-size: .9rem; color: var(--soft); }
section { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; }
section:target { outline: 2px solid var(--link); }
section p { margin: .4rem 0; }
.policy { color: var(--soft); font-size: .9rem; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
main td a, main dd a, header a { text-decoration: underline; }
code { font: .9em ui-monospace, monospace; }
.verb { display: inline-block; min-width: 3.6em; padding: 0 .4em; border-radius: .25rem; text-align: center; text-transform: uppercase; font: 600 .75rem/1.6 ui-monospace, monospace; color: #fff; background: #4a5563; }
.verb.get { background: #1d6b3f; } .verb.post { background: #1f5aa6; } .verb.put { background: #8a5200; } .verb.delete { background: #a3262a; }
.must { font-size: .75rem; font-weight: 600; color: light-dark(#a3262a, #ff9c98); }
table { width: 100%; border-collapse: collapse; font-size: .9rem; margin: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; font-weight: normal; }
thead th { border-top: 0; color: var(--soft); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem .75rem; margin: 0; font-size: .9rem; }
dt { font: 600 .9em ui-monospace, monospace; } dd { margin: 0; }
@media (max-width: 55rem) { .columns { grid-template-columns: minmax(0, 1fr); } nav { position: static; max-height: none; border-right: 0; padding: 1rem; } main, header { padding-inline: 1rem; } }
`;
