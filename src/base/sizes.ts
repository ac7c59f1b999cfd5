export const KiB = 1_024;
export const MiB = 1_048_576;
export const GiB = 1_073_741_824;
