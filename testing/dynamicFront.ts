/** The dynamic front as the provider under test: the only file here that imports its inner modules. */
import { makeProvider } from "../provider/dynamic/processFront";
import type { ProviderUnderTest } from "./provider";

export const dynamicFront: ProviderUnderTest = { make: makeProvider, knowsDeletionPolicy: true };
