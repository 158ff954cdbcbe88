import type { Inventory } from '@assay/core/inventory.ts';
import { isInventoryDocument, readInventoryDocument } from './read-inventory.ts';
import { inventoryOfSbom } from './read-sbom.ts';

/** An inventory that `assay submit` made, or an SBOM of any tool. Of strangers' documents use `readDocumentApart`. @throws AssayError */
export function inventoryOfDocument(bytes: Buffer, name: string): Inventory {
  return isInventoryDocument(bytes) ? readInventoryDocument(bytes) : inventoryOfSbom(bytes, name);
}
