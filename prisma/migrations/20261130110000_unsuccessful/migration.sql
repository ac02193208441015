-- Declined, and the agency has not had its letter yet. What was declined before stays DECLINED: it was told at once.
ALTER TYPE "State" ADD VALUE 'UNSUCCESSFUL' AFTER 'APPROVED';
