/**
 * The time of every file in the image, in seconds since the epoch: 2024-01-01T00:00:00Z. Any fixed
 * value will do; it may not be in a guest's future.
 */
export const SOURCE_TIME = 1_704_067_200;
