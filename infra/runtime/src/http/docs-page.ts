/** placeholder while the page itself is written below */
export const docsHeaders = {};
export const docsPage = (document: Record<string, unknown>): string => JSON.stringify(document);
