import { conforms } from "./conforms.ts"

conforms("laxMore")
