/** Loaded at its first use, as a module of ours: what is imported by name out of CommonJS at run time is lost when the program is bundled. */
export { createTransport } from 'nodemailer';
