import { conforms } from "./conforms.ts"

conforms("callbacks")
