import { conforms } from "./conforms.ts"

conforms("fft")
