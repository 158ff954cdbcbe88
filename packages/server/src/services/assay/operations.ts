import type { AssayHandlers } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../context.ts';
import { createSignInLink } from './operations/sign-in/create-sign-in-link.ts';

/** Our extension service: what Amazon has no word for. */
export const ASSAY_OPERATIONS: AssayHandlers<ServerContext> = {
  CreateSignInLink: createSignInLink,
};
