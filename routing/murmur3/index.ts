/**
 * MurmurHash3 of a string's UTF-8 bytes, seed 0: the x64 128-bit and the x86 32-bit variant of Austin Appleby's
 * public-domain code (https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp), equal to Python's mmh3.
 */
export { hashPrefix, Suffixes } from "./suffixes";
export { murmur128 } from "./x64";
export { murmur32, slotHash } from "./x86";
