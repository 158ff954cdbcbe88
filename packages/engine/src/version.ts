/** Version of the product, one for all packages; a test compares it with package.json. */
export const ASSAY_VERSION = '0.3.0';
